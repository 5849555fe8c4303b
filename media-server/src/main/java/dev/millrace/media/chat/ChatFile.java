package dev.millrace.media.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the chat's file. Locked by another process: a {@link StoreUnavailable} that says so. Broken: moved aside, never
 * deleted, with a warning, and the chat begins anew. Used by the chat thread.
 */
final class ChatFile {
    private static final Logger log = LoggerFactory.getLogger(ChatFile.class);

    private static final String NAME = "chat.mv";

    /** Of the file's pages in memory; what is read often, the newest messages, rooms keep themselves. */
    private static final int CACHE_MB = 4;

    /** A commit writes whole pages; small ones mean 15 KiB a message instead of 25, larger than a message of any size. */
    private static final int PAGE_BYTES = 4_096;

    private ChatFile() {}

    static MVStore open(Path directory) {
        Path file = directory.resolve(NAME);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StoreUnavailable(
                    "The directory " + directory + " for the chat cannot be made (" + e
                            + "): make it, or set chat.store to memory.",
                    e);
        }
        try {
            return tryOpen(file);
        } catch (MVStoreException e) {
            return afterFailure(file, e);
        }
    }

    private static MVStore tryOpen(Path file) {
        return new MVStore.Builder()
                .fileName(file.toString())
                .autoCommitDisabled()
                .cacheSize(CACHE_MB)
                .pageSplitSize(PAGE_BYTES)
                .open();
    }

    private static MVStore afterFailure(Path file, MVStoreException failure) {
        if (failure.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
            throw new StoreUnavailable(
                    "The chat's file " + file + " is in use by another process, probably another"
                            + " Millrace: stop that one, or give this one a data.dir of its own.",
                    failure);
        }
        if (!Files.isReadable(file) || !Files.isWritable(file)) {
            throw new StoreUnavailable(
                    "The chat's file " + file + " cannot be read and written: give this user the"
                            + " right to, or set chat.store to memory.",
                    failure);
        }
        Path aside = aside(file);
        try {
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            MVStore fresh = tryOpen(file);
            log.warn(
                    "The chat's file {} cannot be read ({}). It was moved to {} and the chat begins anew; to rescue it,"
                            + " stop the server and put it back under the old name with a build of H2's MVStore that"
                            + " repairs it.",
                    file,
                    failure.getMessage(),
                    aside);
            return fresh;
        } catch (IOException | MVStoreException e) {
            throw new StoreUnavailable(
                    "The chat's file " + file + " cannot be read (" + failure.getMessage() + ") nor moved aside (" + e
                            + "): move it away, or set chat.store to memory.",
                    e);
        }
    }

    private static Path aside(Path file) {
        for (int i = 1; ; i++) {
            Path aside = file.resolveSibling(NAME + ".broken-" + i);
            if (!Files.exists(aside)) {
                return aside;
            }
        }
    }
}
