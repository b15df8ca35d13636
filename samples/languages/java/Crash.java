// case: main
// case: cause
// case: nested
// case: suppressed
// case: circular
// case: lines
// case: no-message
// case: overflow
// case: thread
// case: printed
// case: custom
// case: initializer
// case: dump
// case: jul
// case: logback
// case: logback-cause
// case: logback-lines
// case: logback-root-first
// case: logback-in-message
// case: log4j2
// case: speculative

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/** Fails in many ways, each between two marks. */
public class Crash {
    static class ShopFailure extends RuntimeException {
        ShopFailure(String message, Throwable cause) { super(message, cause); }
    }

    static class Holder {
        static final int VALUE = Integer.parseInt("none");
    }

    static class Door implements AutoCloseable {
        final String name;
        Door(String name) { this.name = name; }
        @Override public void close() { throw new IllegalStateException("door " + name + " is stuck"); }
    }

    interface Act { void run() throws Throwable; }

    static String quoted(String text) {
        return text == null ? "null" : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t") + '"';
    }

    static void begin(Throwable error) {
        List<String> chain = new ArrayList<>();
        List<Throwable> seen = new ArrayList<>();
        for (Throwable each = error; each != null && !seen.contains(each); each = each.getCause()) {
            seen.add(each);
            if (each != error) chain.add(quoted(each.getClass().getName()));
        }
        List<String> members = new ArrayList<>();
        for (Throwable each : seen)
            for (Throwable inner : each.getSuppressed()) {
                for (Throwable one = inner; one != null; one = one.getCause()) members.add(quoted(one.getClass().getName()));
            }
        System.err.println("@@begin {\"exception\": " + quoted(error.getClass().getName()) + ", \"message\": " + quoted(error.getLocalizedMessage())
            + ", \"chain\": [" + String.join(", ", chain) + "], \"members\": [" + String.join(", ", members) + "], \"frames\": "
            + error.getStackTrace().length + "}");
    }

    static void plain(String words) { System.err.println("@@begin " + words); }

    static void end() { System.err.println("@@end"); }

    static Throwable caught(Act act) {
        try { act.run(); } catch (Throwable error) { return error; }
        throw new AssertionError();
    }

    static void load(int order) {
        try {
            parse("order " + order);
        } catch (NumberFormatException error) {
            throw new ShopFailure("cannot load order " + order, error);
        }
    }

    static int parse(String text) { return Integer.parseInt(text); }

    static void deep(int n) { deep(n + 1); }

    static Throwable nested() {
        return caught(() -> { try { load(7); } catch (RuntimeException error) { throw new IllegalStateException("checkout failed", error); } });
    }

    static Throwable suppressed() {
        return caught(() -> {
            try (Door front = new Door("front"); Door back = new Door("back")) { load(3); }
        });
    }

    static void healthy(int n) { System.out.println("order " + n + " accepted"); }

    static void uncaught(Throwable error) throws Throwable { begin(error); throw error; }

    public static void main(String[] arguments) throws Throwable {
        String act = arguments[0];
        if (act.startsWith("logback")) { Logback.run(act); return; }
        if (act.startsWith("log4j2")) { Log4j.run(); return; }
        if (act.equals("jul")) { Jul.run(); return; }
        healthy(1);
        switch (act) {
            case "main" -> uncaught(caught(() -> parse("x1")));
            case "cause" -> uncaught(caught(() -> load(2)));
            case "nested" -> uncaught(nested());
            case "suppressed" -> uncaught(suppressed());
            case "circular" -> {
                Exception one = new Exception("one");
                Exception two = new Exception("two", one);
                one.initCause(two);
                begin(one); one.printStackTrace(); end();
            }
            case "lines" -> uncaught(new IllegalArgumentException("bad order:\n  id: 7\nplease check"));
            case "no-message" -> uncaught(caught(() -> { throw new UnsupportedOperationException(); }));
            case "overflow" -> { Throwable error = caught(() -> deep(0)); begin(error); error.printStackTrace(); end(); }
            case "thread" -> {
                Throwable error = new ArithmeticException("/ by zero in worker");
                begin(error);
                Thread worker = new Thread(() -> { throw (ArithmeticException) error; }, "worker-1");
                worker.start(); worker.join(); end();
            }
            case "printed" -> {
                for (int n = 0; n < 3; n++) { Throwable error = nested(); begin(error); error.printStackTrace(); end(); }
                healthy(2);
                Throwable error = suppressed(); begin(error); error.printStackTrace(); end();
            }
            case "custom" -> uncaught(new ShopFailure("no stock: 0 left", null));
            case "initializer" -> {
                Throwable error = caught(() -> System.out.println(Holder.VALUE));
                begin(error); error.printStackTrace(); end();
            }
            case "dump" -> {
                plain("{\"no_event\": \"a stack that nobody raised\"}");
                new ProcessBuilder("jstack", Long.toString(ProcessHandle.current().pid())).inheritIO().start().waitFor(); end();
            }
            case "speculative" -> {
                plain("{\"no_event\": \"lines that merely name exceptions\"}");
                System.err.println("Exception: none so far");
                System.err.println("java.lang.Exception is the base of all");
                System.err.println("Caused by: the weather");
                System.err.println("\tat the usual place (home)");
                System.err.println("retry after java.net.SocketTimeoutException: Read timed out"); end();
            }
            default -> throw new AssertionError(act);
        }
        healthy(3);
    }

    static class Logback {
        static void run(String act) throws Throwable {
            org.slf4j.Logger logger = org.slf4j.LoggerFactory.getLogger("com.acme.shop.Orders");
            ch.qos.logback.classic.Logger root = (ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("ROOT");
            ch.qos.logback.classic.LoggerContext context = root.getLoggerContext();
            context.reset();
            var layout = new ch.qos.logback.classic.encoder.PatternLayoutEncoder();
            layout.setContext(context);
            layout.setPattern("%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{36} - %msg%n" + (act.endsWith("root-first") ? "%rEx" : ""));
            layout.start();
            var appender = new ch.qos.logback.core.ConsoleAppender<ch.qos.logback.classic.spi.ILoggingEvent>();
            appender.setContext(context); appender.setEncoder(layout); appender.start();
            root.addAppender(appender);
            for (int n = 0; n < 3; n++) {
                logger.info("order {} accepted", n);
                Throwable error = switch (act) {
                    case "logback-cause" -> nested();
                    case "logback-lines" -> new IllegalStateException("statement failed:\n  insert into orders\n  values (1)\n\nposition 3", caught(() -> load(1)));
                    case "logback-root-first" -> nested();
                    default -> suppressed();
                };
                if (act.endsWith("root-first")) plain("{\"exception\": \"java.lang.IllegalStateException\", \"chain\": [\"Crash$ShopFailure\", \"java.lang.NumberFormatException\"]}");
                else begin(error);
                if (act.endsWith("in-message")) logger.error(error.toString(), error); else if (n == 1) logger.warn("job failed", error); else logger.error("order {} failed", n, error);
                end();
            }
            plain("{\"level\": \"error\"}"); logger.error("stock is negative"); end();
            logger.info("order 9 accepted");
        }
    }

    static class Log4j {
        static void run() throws Throwable {
            var builder = org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory.newConfigurationBuilder();
            var appender = builder.newAppender("out", "Console").add(builder.newLayout("PatternLayout").addAttribute("pattern", "%d [%t] %-5level %logger - %msg%n%xEx"));
            builder.add(appender);
            builder.add(builder.newRootLogger(org.apache.logging.log4j.Level.INFO).add(builder.newAppenderRef("out")));
            org.apache.logging.log4j.core.config.Configurator.initialize(builder.build());
            var logger = org.apache.logging.log4j.LogManager.getLogger("com.acme.shop.Orders");
            for (int n = 0; n < 2; n++) {
                logger.info("order {} accepted", n);
                Throwable error = n == 0 ? nested() : suppressed();
                begin(error); logger.error("order failed", error); end();
            }
            logger.info("order 9 accepted");
        }
    }

    static class Jul {
        static void run() {
            var logger = java.util.logging.Logger.getLogger("com.acme.shop.Orders");
            for (int n = 0; n < 2; n++) {
                Throwable error = n == 0 ? nested() : suppressed();
                begin(error); logger.log(java.util.logging.Level.SEVERE, "order failed", error); end();
            }
        }
    }
}
