@NullMarked
package dev.millrace.media.pull;

import org.jspecify.annotations.NullMarked;
