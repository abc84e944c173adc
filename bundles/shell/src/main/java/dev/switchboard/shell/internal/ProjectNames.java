package dev.switchboard.shell.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.Project;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which project somebody means: by its id, a unique beginning of it, its name or its path. */
public final class ProjectNames {
    /** Shorter beginnings are more likely a slip than an id. */
    static final int MIN_PREFIX = 4;

    private static final int UUID_LENGTH = 36;
    private static final int SHOWN = 60;

    private ProjectNames() {}

    /**
     * The project that is meant; whole matches go before beginnings of ids.
     *
     * @throws SwitchboardException {@code PROJECT_NOT_FOUND} if there is none, {@code VALIDATION_FAILED} if there are several
     */
    public static ProjectStatus find(List<ProjectStatus> projects, String text) {
        String id = text.toLowerCase(Locale.ROOT);
        List<ProjectStatus> whole = matching(
                projects,
                project -> project.id().toString().equals(id)
                        || project.name().filter(text::equals).isPresent()
                        || isPath(project, text));
        if (!whole.isEmpty()) {
            return only(whole, text);
        }
        if (id.length() >= MIN_PREFIX) {
            List<ProjectStatus> beginnings =
                    matching(projects, project -> project.id().toString().startsWith(id));
            if (!beginnings.isEmpty()) {
                return only(beginnings, text);
            }
        }
        throw notFound(text);
    }

    private static List<ProjectStatus> matching(List<ProjectStatus> projects, Predicate<Project> condition) {
        return projects.stream()
                .filter(status -> condition.test(status.project()))
                .toList();
    }

    private static boolean isPath(Project project, String text) {
        String path = text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return path.equals(project.path())
                || text.equals(project.path())
                || path.equals(project.directory().toString());
    }

    private static ProjectStatus only(List<ProjectStatus> found, String text) {
        if (found.size() > 1) {
            String meant = found.stream()
                    .map(status ->
                            status.project().id() + " (" + status.project().path() + ")")
                    .collect(Collectors.joining(", "));
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    "\"" + Printable.line(text, SHOWN) + "\" could be any of " + meant + "; use the whole id",
                    Map.of("field", "project_id"));
        }
        return found.get(0);
    }

    private static SwitchboardException notFound(String text) {
        String hint = text.length() == UUID_LENGTH
                ? ""
                : "; expected an id, at least " + MIN_PREFIX
                        + " characters of one, a name or a path, as project-list shows";
        return new SwitchboardException(
                ErrorCode.PROJECT_NOT_FOUND, "there is no project \"" + Printable.line(text, SHOWN) + "\"" + hint);
    }
}
