package dev.millrace.media.segment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A stretch of one track, made of parts; grows until it is complete. Owned by the packager's thread. */
public final class Segment {
    private final CutPlan.Cut cut;
    private final long startNs;
    private final Init init;
    private final List<Part> parts = new ArrayList<>();
    private long endNs;
    private int size;
    private long longestPartNs;
    private boolean gap;
    private boolean complete;
    private boolean independent;
    private boolean lost;
    private long standsUntilNs;

    Segment(CutPlan.Cut cut, long startNs, Init init) {
        this.cut = cut;
        this.startNs = startNs;
        this.init = init;
        this.endNs = startNs;
    }

    void add(Part part) {
        independent |= parts.isEmpty() && part.independent();
        parts.add(part);
        size += part.bytes().length;
        endNs = part.startNs() + part.durationNs();
        longestPartNs = Math.max(longestPartNs, part.durationNs());
        gap |= part.isGap();
    }

    void complete() {
        complete = true;
        gap |= parts.isEmpty();
    }

    /** It is the last of its epoch, and this is where the next one begins: what it ends with is shown until then. */
    void standUntil(long ns) {
        standsUntilNs = ns;
    }

    /** The same in all tracks of the broadcast. */
    public long number() {
        return cut.number();
    }

    /** How many discontinuities came before it and with it. */
    public int epoch() {
        return cut.epoch().index();
    }

    /** Somebody else has the bytes: they, and what the parts were, are forgotten here. */
    void unload() {
        parts.clear();
    }

    /** Nobody has the bytes. */
    void lose() {
        lost = true;
        gap = true;
    }

    boolean isLost() {
        return lost;
    }

    /** Decoders begin anew with it. */
    public boolean isDiscontinuity() {
        return cut.discontinuity();
    }

    /** The number of its epoch's first segment. */
    public long epochFirstNumber() {
        return cut.epoch().number();
    }

    /** Where its epoch begins, on the packager's timeline; segments of the usual length follow from there. */
    public long epochStartNs() {
        return cut.epoch().startNs();
    }

    public Init init() {
        return init;
    }

    /** On the packager's timeline. */
    public long startNs() {
        return startNs;
    }

    /** How much later than its own end the next epoch begins; 0 if that is not known. */
    public long standsLongerNs() {
        return Math.max(0, standsUntilNs - endNs);
    }

    /** Of the parts there are so far. */
    public long durationNs() {
        return endNs - startNs;
    }

    /** No part is added any more. */
    public boolean isComplete() {
        return complete;
    }

    /** Something of it is missing. */
    public boolean isGap() {
        return gap;
    }

    /** It begins with a sample that a decoder can begin with. */
    public boolean isIndependent() {
        return independent;
    }

    /** 0 before there is a part. */
    public long longestPartNs() {
        return longestPartNs;
    }

    /** In order; those of the past never change. None once it is in {@link Past}. */
    public List<Part> parts() {
        return Collections.unmodifiableList(parts);
    }

    /** In bytes, so far. */
    public int size() {
        return size;
    }

    /** What is sent of one that nothing came of: a chunk without a sample, at its time. */
    public byte[] nothing() {
        return new FragmentWriter(init.format()).writeNothing(startNs);
    }

    /** What is sent of a part that nothing came for, to those who asked for it before that was known. */
    public byte[] nothing(Part part) {
        return new FragmentWriter(init.format()).writeNothing(part.startNs());
    }

    /** All parts, one after the other. */
    public byte[] bytes() {
        byte[] all = new byte[size];
        for (Part part : parts) {
            System.arraycopy(part.bytes(), 0, all, part.offset(), part.bytes().length);
        }
        return all;
    }
}
