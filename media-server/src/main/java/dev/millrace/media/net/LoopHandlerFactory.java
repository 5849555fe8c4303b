package dev.millrace.media.net;

/** Makes the handler of each event loop, before the loop starts. */
@FunctionalInterface
public interface LoopHandlerFactory {
    DatagramHandler create(EventLoop loop);
}
