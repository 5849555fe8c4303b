package dev.millrace.media.record;

import dev.millrace.media.record.JournalLine.Opened;
import dev.millrace.media.record.JournalLine.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the playlist of a recorded track lists: its own segments, and those of the track nearest in size in epochs that it
 * has no pictures of, as a live playlist does. A broadcaster who left and returned with other layers would else be seen to
 * the end by nobody. Any thread.
 */
final class Succession {
    private final Story story;

    Succession(Story story) {
        this.story = story;
    }

    List<Stored> of(Story.Tale tale) {
        if (!tale.isVideo()) {
            return tale.segments();
        }
        List<Stored> all = new ArrayList<>();
        for (int epoch : epochs()) {
            all.addAll(holder(tale, epoch).orElse(tale).segments().stream()
                    .filter(each -> each.epoch() == epoch)
                    .toList());
        }
        return all;
    }

    private List<Integer> epochs() {
        return pictures().stream()
                .flatMap(each -> each.segments().stream())
                .map(Stored::epoch)
                .distinct()
                .sorted()
                .toList();
    }

    private List<Story.Tale> pictures() {
        return story.tracks().stream().filter(Story.Tale::isVideo).toList();
    }

    /** Whose segments are listed; of the last epoch its own as long as more may come. */
    private Optional<Story.Tale> holder(Story.Tale tale, int epoch) {
        boolean open = story.ended() == null && epoch == epochs().getLast();
        if (open || has(tale, epoch)) {
            return Optional.of(tale);
        }
        int height = tale.opened().getFirst().height();
        return pictures().stream()
                .filter(each -> has(each, epoch))
                .min(Comparator.comparingInt(each -> Math.abs(height(each, epoch) - height)));
    }

    private static boolean has(Story.Tale tale, int epoch) {
        return tale.segments().stream().anyMatch(each -> each.epoch() == epoch && each.bytes() > 0);
    }

    private static int height(Story.Tale tale, int epoch) {
        return tale.segments().stream()
                .filter(each -> each.epoch() == epoch)
                .findFirst()
                .flatMap(each -> tale.init(each.init()))
                .map(Opened::height)
                .orElse(0);
    }
}
