package dev.switchboard.shell.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.karaf.shell.api.console.CommandLoggingFilter;
import org.osgi.service.component.annotations.Component;

/**
 * Keeps prompts out of the log: Karaf writes every command line there when its logger is at DEBUG. Everything behind the
 * first {@code execute} goes, because where a prompt ends is not worth a parser.
 */
@Component(service = CommandLoggingFilter.class)
public final class PromptMask implements CommandLoggingFilter {
    private static final Pattern EXECUTE = Pattern.compile("(?s)(\\bexecute\\s).*");

    @Override
    public CharSequence filter(CharSequence command) {
        Matcher matcher = EXECUTE.matcher(command);
        return matcher.find() ? matcher.replaceFirst("$1*****") : command;
    }
}
