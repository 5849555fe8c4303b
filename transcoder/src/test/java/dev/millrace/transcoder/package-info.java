@NullMarked
package dev.millrace.transcoder;

import org.jspecify.annotations.NullMarked;
