/** Which layer a viewer gets. */
@NullMarked
package dev.millrace.media.layer;

import org.jspecify.annotations.NullMarked;
