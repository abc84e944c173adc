package dev.switchboard.logging.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.logging.LogContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.StringMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of the log file as the shipped configuration has them written. */
class LayoutTest {
    private static final Path SHIPPED =
            Path.of("..", "..", "karaf-distribution", "src", "main", "resources", "etc", "org.ops4j.pax.logging.cfg");

    /** Line ends, a colour, DEL, a one-character colour, line and paragraph separators, a turn of direction; and plain text. */
    private static final String EVIL =
            "a\r\n{\"level\":\"ERROR\"}\t\u001B[31m\u007F\u009B31m\u0085\u2028\u2029\u202E\u2066 é😀";

    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028-\\u202E\\u2066-\\u2069]");

    @TempDir
    Path directory;

    /** Writes some lines as the server would whose file is written by this appender. */
    private List<String> lines(String appender) throws IOException {
        Properties shipped = new Properties();
        try (Reader reader = Files.newBufferedReader(SHIPPED)) {
            shipped.load(reader);
        }
        Properties used = new Properties();
        for (String key : shipped.stringPropertyNames()) {
            String value = shipped.getProperty(key).replace("${karaf.log}", directory.toString());
            if (key.endsWith(LoggingSettings.FILE_REFERENCE)) {
                value = appender;
            }
            if (!key.contains("osgi") && !key.contains("onsole")) {
                used.setProperty(key.substring("log4j2.".length()), value);
            }
        }
        used.setProperty("rootLogger.level", "trace");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        used.store(bytes, null);
        try (LoggerContext context = new LoggerContext("test")) {
            context.start(new PropertiesConfigurationFactory()
                    .getConfiguration(context, new ConfigurationSource(new ByteArrayInputStream(bytes.toByteArray()))));
            write(context.getLogger("dev.switchboard.test"));
        }
        return Files.readAllLines(directory.resolve("switchboard.log"));
    }

    private static void write(Logger logger) {
        logger.info("plain \"words\" of {}", "é😀");
        StringMap ids = ContextDataFactory.createContextData();
        LogContext.NONE
                .withSession("s")
                .withCorrelation("c \"1\"")
                .withProject("p")
                .withExecution("e")
                .forEach(ids::putValue);
        logger.get()
                .log(Log4jLogEvent.newBuilder()
                        .setLoggerName(logger.getName())
                        .setLevel(Level.WARN)
                        .setMessage(new SimpleMessage(EVIL))
                        .setThrown(new IllegalStateException(EVIL, new IOException(EVIL)))
                        .setContextData(ids)
                        .build());
        Thread typed = Thread.currentThread();
        String name = typed.getName();
        typed.setName("pipe-switchboard:execute p 'a prompt'");
        logger.info("named by Gogo");
        typed.setName(name);
        logger.trace("x".repeat(20_000));
    }

    @Test
    @DisplayName(
            "H3 json: one object a line, with the ids where they are known and nowhere else; no line can be forged")
    void json() throws IOException {
        List<String> lines = lines("Json");
        assertEquals(4, lines.size());
        String start = "\\{\"time\":\"" + TIME
                + "\",\"level\":\"INFO\",\"logger\":\"dev.switchboard.test\",\"thread\":\"[^\"]+\",";
        assertTrue(lines.get(0).matches(start + "\"message\":\"plain \\\\\"words\\\\\" of é😀\"}"), lines.get(0));
        String evil = lines.get(1);
        assertFalse(CONTROL.matcher(evil).find(), evil);
        assertTrue(
                evil.contains("\"message\":\"a\\r\\n{\\\"level\\\":\\\"ERROR\\\"}\\t\\u001B[31m\\u007F\\u009B31m\\u0085"
                        + "\uFFFD\uFFFD\uFFFD\uFFFD é😀\",\"correlation\":\"c \\\"1\\\"\",\"session\":\"s\",\"project\":\"p\","
                        + "\"execution\":\"e\",\"exception\":\"java.lang.IllegalStateException: a\\r\\n{"),
                evil);
        assertTrue(evil.contains("Caused by: java.io.IOException: a\\r\\n{\\\"level"), evil);
        assertTrue(evil.endsWith("\"}"), evil);
        assertTrue(lines.get(2).contains("\"thread\":\"pipe\","), lines.get(2));
        assertTrue(lines.get(3).length() < 17_000, "longer messages are cut");
        assertFalse(lines.get(3).contains("\"session\""), lines.get(3));
    }

    @Test
    @DisplayName("H3 text: one line an event, stack traces too, without control characters")
    void text() throws IOException {
        List<String> lines = lines("Text");
        assertEquals(4, lines.size());
        assertTrue(
                lines.get(0).matches(TIME + " INFO  \\[[^]]+] dev.switchboard.test: plain \\\\\"words\\\\\" of é😀"),
                lines.get(0));
        String evil = lines.get(1);
        assertFalse(CONTROL.matcher(evil).find(), evil);
        assertTrue(
                evil.contains(
                        " dev.switchboard.test: correlation=c \\\"1\\\" session=s project=p execution=e a\\r\\n{"),
                evil);
        assertTrue(evil.contains("Caused by: java.io.IOException: a\\r\\n{"), evil);
        assertTrue(lines.get(2).contains(" [pipe] "), lines.get(2));
    }
}
