package dev.millrace.signaling.origin;

import java.util.HashMap;
import java.util.Map;

/** Counts the requests that are not answered yet, in all and of each address. Owned by the HTTP context. */
final class HeldRequests {
    /** What became of one more. */
    enum Entry {
        IN,
        /** There are too many in all. */
        FULL,
        /** There are too many of this address. */
        GREEDY
    }

    private final int max;
    private final int maxOfAddress;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int held;

    /** 0 is no limit. */
    HeldRequests(int max, int maxOfAddress) {
        this.max = max;
        this.maxOfAddress = maxOfAddress;
    }

    /** One more; to be followed by one {@link #leave} when it is in. */
    Entry enter(String address) {
        if (max > 0 && held >= max) {
            return Entry.FULL;
        }
        int own = byAddress.getOrDefault(address, 0);
        if (maxOfAddress > 0 && own >= maxOfAddress) {
            return Entry.GREEDY;
        }
        byAddress.put(address, own + 1);
        held++;
        return Entry.IN;
    }

    void leave(String address) {
        held--;
        byAddress.computeIfPresent(address, (a, own) -> own == 1 ? null : own - 1);
    }

    int held() {
        return held;
    }
}
