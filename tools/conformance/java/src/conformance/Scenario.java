package conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A static method that takes a {@link Fixture} and throws when the servers do not behave as its sentence says. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Scenario {
    /** What must hold, as a sentence. */
    String value();

    /** True for a scenario that restarts servers or changes their settings: nothing runs beside it. */
    boolean alone() default false;
}
