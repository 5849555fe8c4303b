@NullMarked
package dev.millrace.media.ingest;

import org.jspecify.annotations.NullMarked;
