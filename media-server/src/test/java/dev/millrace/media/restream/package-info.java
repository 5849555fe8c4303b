@NullMarked
package dev.millrace.media.restream;

import org.jspecify.annotations.NullMarked;
