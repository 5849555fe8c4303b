/** Virtual time, a simulated network with a seed, and other things tests share. */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
