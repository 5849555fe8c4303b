package dev.millrace.media.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What writing recordings needs of a disk; a test's may be full. Used by the disk's thread. */
interface Disk {
    /** A file that grows. */
    interface Appender extends Closeable {
        void write(byte[] bytes) throws IOException;
    }

    Appender append(Path file) throws IOException;

    void makeDirectories(Path directory) throws IOException;

    /** All of it or, after a crash, what was there before. */
    void replace(Path file, byte[] bytes) throws IOException;

    /** Bytes that can still be written. */
    long usableBytes(Path directory) throws IOException;

    /** The machine's. */
    Disk REAL = new Disk() {
        @Override
        public Appender append(Path file) throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return new Appender() {
                @Override
                public void write(byte[] bytes) throws IOException {
                    ByteBuffer left = ByteBuffer.wrap(bytes);
                    while (left.hasRemaining()) {
                        channel.write(left);
                    }
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                }
            };
        }

        @Override
        public void makeDirectories(Path directory) throws IOException {
            Files.createDirectories(directory);
        }

        @Override
        public void replace(Path file, byte[] bytes) throws IOException {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            FileStore store = Files.getFileStore(directory);
            return store.getUsableSpace();
        }
    };
}
