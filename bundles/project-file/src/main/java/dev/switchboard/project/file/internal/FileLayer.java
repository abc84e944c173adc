package dev.switchboard.project.file.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Every change that the registry makes to the disk goes through here, so that tests can make each of them fail. */
interface FileLayer {
    /** Creates the directory and those above it. One that exists already is left as it is. */
    void createDirectories(Path directory) throws IOException;

    /** Makes a file with these bytes, in place of one that may be there, and forces it to the disk. */
    void write(Path file, byte[] bytes) throws IOException;

    /** Renames atomically, in place of a file that may be there. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file if it is there. */
    void delete(Path file) throws IOException;

    /** Deletes a directory if it is there and empty. */
    void deleteIfEmpty(Path directory) throws IOException;

    /** Makes what was created, renamed and deleted in the directory durable. */
    void forceDirectory(Path directory) throws IOException;

    /** Opens a file to be locked, which is made if it is not there. */
    FileChannel openLockFile(Path file) throws IOException;
}
