package conformance;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Runs the scenarios against one cluster and tells the driver how each ended.
 * Arguments: which of the {@link #CLASSES}, address of the NameServer, how many run side by side, a pattern for the
 * sentences to run.
 */
final class Scenarios {
    private static final Map<String, List<Class<?>>> CLASSES = Map.of(
        "general", List.of(
            SendScenarios.class, PushScenarios.class, OrderlyScenarios.class, RebalanceScenarios.class,
            PullScenarios.class, PopScenarios.class, OrderedPopScenarios.class, RetryScenarios.class,
            RefusalScenarios.class, QueryScenarios.class, NamespaceScenarios.class, OffsetScenarios.class,
            ReplyScenarios.class, GroupScenarios.class, SettingScenarios.class, TransactionScenarios.class,
            TimerScenarios.class, RestartScenarios.class),
        "containers", List.of(ContainersScenarios.class),
        "grpc", List.of(GrpcScenarios.class, GrpcPushScenarios.class, GrpcOursScenarios.class),
        "grpc-proxies", List.of(
            GrpcScenarios.class, GrpcPushScenarios.class, GrpcProxiesScenarios.class, GrpcOursScenarios.class),
        "grpc-java-proxy", List.of(GrpcScenarios.class, GrpcPushScenarios.class, GrpcProxiesScenarios.class),
        "grpc-lite", List.of(GrpcLiteScenarios.class),
        "ours", List.of(DeadLetterScenarios.class, BeginScenarios.class),
        "sql", List.of(SqlScenarios.class),
        "strict", List.of(StrictScenarios.class));

    private final Driver driver;
    private final String nameServer;
    private final DefaultMQAdminExt admin = new DefaultMQAdminExt(15_000);

    private Scenarios(Driver driver, String nameServer) {
        this.driver = driver;
        this.nameServer = nameServer;
    }

    public static void main(String[] args) throws Exception {
        Driver driver = new Driver();
        Pattern wanted = Pattern.compile(args[3], Pattern.CASE_INSENSITIVE);
        List<Method> methods = new ArrayList<>();
        for (Class<?> type : CLASSES.get(args[0])) {
            Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Scenario.class))
                .filter(method -> wanted.matcher(sentence(method)).find())
                .forEach(methods::add);
        }
        new Scenarios(driver, args[1]).run(methods, Integer.parseInt(args[2]));
        System.exit(0); // what a failed scenario left behind must not keep us here
    }

    private void run(List<Method> methods, int atOnce) throws Exception {
        admin.setNamesrvAddr(nameServer);
        admin.setInstanceName(Fixture.unique("admin"));
        admin.start();
        try (Fixture fixture = new Fixture(nameServer, admin, driver)) {
            fixture.awaitBroker();
        }
        ExecutorService executor = Executors.newFixedThreadPool(atOnce);
        methods.stream().filter(method -> !isAlone(method)).forEach(method -> executor.execute(() -> run(method)));
        executor.shutdown();
        Check.that(executor.awaitTermination(30, TimeUnit.MINUTES), "scenarios did not end");
        methods.stream().filter(Scenarios::isAlone).forEach(this::run);
    }

    private void run(Method method) {
        long begin = System.currentTimeMillis();
        Throwable failure = null;
        try (Fixture fixture = new Fixture(nameServer, admin, driver)) {
            method.setAccessible(true);
            method.invoke(null, fixture);
        } catch (InvocationTargetException wrapped) {
            failure = wrapped.getCause();
        } catch (Throwable other) {
            failure = other;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("scenario", sentence(method));
        result.put("passed", failure == null);
        result.put("ms", System.currentTimeMillis() - begin);
        if (failure != null) {
            result.put("failure", stackTrace(failure));
        }
        driver.tell(result);
    }

    private static String sentence(Method method) {
        return method.getAnnotation(Scenario.class).value();
    }

    private static boolean isAlone(Method method) {
        return method.getAnnotation(Scenario.class).alone();
    }

    static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
