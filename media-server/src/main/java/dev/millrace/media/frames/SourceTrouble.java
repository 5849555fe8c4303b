package dev.millrace.media.frames;

/** What is wrong with a source although its packets come in: it is carried as well as it goes, and this says why it is bad. */
public enum SourceTrouble {
    /** Pictures come, but none that a decoder can begin with, whatever is asked for. */
    NO_KEYFRAME("no picture can be shown: the publisher has sent no whole keyframe for 5 s, although it was asked; "
            + "set its keyframe interval to 2 s"),
    /** Pictures go on, but nobody can begin with them. */
    RARE_KEYFRAMES(
            "who begins to watch waits for a picture: the publisher has sent no keyframe for 5 s, although it was "
                    + "asked; set its keyframe interval to 2 s, in closed groups of pictures"),
    /** The parameter sets of H.264 cannot be read. */
    UNREADABLE_PARAMETERS("no picture can be shown: the sequence parameter set of the H.264 stream makes no sense"),
    /** Each keyframe brings other parameters than the one before. */
    PARAMETERS_CHANGE("the encoder changes its parameters again and again; players begin anew each time and may stall"),
    /** The timestamps go on somewhere else again and again. */
    TIMESTAMPS_JUMP("the publisher's RTP timestamps jump again and again; sound and picture may come apart"),
    /** Sender reports come, but cannot be true. */
    REPORTS_UNUSABLE("the publisher's RTCP sender reports cannot be true; sound and picture are put together by the "
            + "time they arrive and may be some frames apart");

    private final String sentence;

    SourceTrouble(String sentence) {
        this.sentence = sentence;
    }

    /** What to tell people, without a full stop. */
    public String sentence() {
        return sentence;
    }
}
