/** HTTP ground: server, problems, CORS, limits, pages, certificates. */
@NullMarked
package dev.millrace.signaling.http;

import org.jspecify.annotations.NullMarked;
