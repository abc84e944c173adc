package dev.switchboard.project;

/** Something that happened to what must last of a project. */
public sealed interface ProjectEvent {
    /** The project as it is now; for {@link Removed}, as it last was. */
    Project project();

    /** A new project. */
    record Created(Project project) implements ProjectEvent {}

    /** Its name, executor, session, times or last error changed. */
    record Updated(Project project) implements ProjectEvent {}

    /** It is gone, with its messages. */
    record Removed(Project project) implements ProjectEvent {}
}
