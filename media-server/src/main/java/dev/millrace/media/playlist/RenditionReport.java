package dev.millrace.media.playlist;

/** EXT-X-RENDITION-REPORT: how far another rendition is, for a player about to switch (rfc8216bis section 4.4.5.4). */
final class RenditionReport {
    private RenditionReport() {}

    static String of(Names names, Listing listing, Edge edge) {
        Progress progress = Progress.of(listing, edge);
        if (progress.isEmpty()) {
            return "";
        }
        Attributes report = new Attributes("EXT-X-RENDITION-REPORT").quoted("URI", names.playlist(listing.own()));
        return progress.parts() > 0
                ? report.plain("LAST-MSN", progress.openNumber())
                        .plain("LAST-PART", progress.parts() - 1)
                        .toString()
                : report.plain("LAST-MSN", progress.lastNumber())
                        .plain("LAST-PART", Math.max(0, progress.lastParts() - 1))
                        .toString();
    }
}
