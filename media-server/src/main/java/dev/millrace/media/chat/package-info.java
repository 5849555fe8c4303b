/** A chat room per stream: its log, who is there and who may do what. Told the time, without sockets or threads. */
@NullMarked
package dev.millrace.media.chat;

import org.jspecify.annotations.NullMarked;
