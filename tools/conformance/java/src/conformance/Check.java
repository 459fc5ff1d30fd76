package conformance;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/** Expectations, and waiting for them. */
final class Check {
    private static final long PATIENCE_MS = 60_000;

    private Check() {
    }

    static void that(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    static void equal(Object expected, Object actual, String what) {
        that(Objects.equals(expected, actual), what + ": expected " + expected + ", got " + actual);
    }

    /** Runs what must fail and returns how it failed. */
    static <T extends Throwable> T fails(Class<T> how, Callable<?> action) {
        Object outcome;
        try {
            outcome = action.call();
        } catch (Throwable failure) {
            if (how.isInstance(failure)) {
                return how.cast(failure);
            }
            throw new AssertionError("expected " + how.getSimpleName() + ", got " + failure, failure);
        }
        throw new AssertionError("expected " + how.getSimpleName() + ", got " + outcome);
    }

    /** Returns when the condition holds; fails when it never does. */
    static void eventually(String what, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.currentTimeMillis() + PATIENCE_MS;
        while (!holds.getAsBoolean()) {
            that(System.currentTimeMillis() < deadline, "waited in vain: " + what);
            Thread.sleep(20);
        }
    }

    /** As above, for a question that is put to a server, where an exception is a no. */
    static void eventuallyTrue(String what, Callable<Boolean> holds) throws InterruptedException {
        Throwable[] last = {null};
        try {
            eventually(what, () -> {
                try {
                    return holds.call();
                } catch (Exception failure) {
                    last[0] = failure;
                    return false;
                }
            });
        } catch (AssertionError failure) {
            throw last[0] == null ? failure : new AssertionError(failure.getMessage() + "; " + last[0], last[0]);
        }
    }
}
