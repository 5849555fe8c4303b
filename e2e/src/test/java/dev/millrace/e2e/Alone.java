package dev.millrace.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Says of a test class that no other may run beside it, because it asserts or reports how long something takes, or
 * because it needs both of a small machine's processors; e2e's pom.xml runs these after the others. For whole classes
 * only: a report is of one class in one run.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("alone")
@interface Alone {}
