/** How much room there is towards one viewer. */
@NullMarked
package dev.millrace.media.bwe;

import org.jspecify.annotations.NullMarked;
