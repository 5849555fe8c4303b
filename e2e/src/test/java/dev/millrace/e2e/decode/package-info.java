/** What real encoders send, recorded, and what comes out of a viewer's send path, decoded. */
@NullMarked
package dev.millrace.e2e.decode;

import org.jspecify.annotations.NullMarked;
