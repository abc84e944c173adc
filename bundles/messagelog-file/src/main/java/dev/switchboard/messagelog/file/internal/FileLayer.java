package dev.switchboard.messagelog.file.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Every change that the log makes to the disk goes through here, so that tests can make each of them fail. */
interface FileLayer {
    /** Opens a file to write at its end; it is made if it is not there. */
    Output open(Path file) throws IOException;

    /** Replaces a small file at one stroke: after a crash it has the old bytes or the new ones, and these last. */
    void replace(Path file, byte[] bytes) throws IOException;

    /** Creates the directory and those above it. One that exists already is left as it is. */
    void createDirectories(Path directory) throws IOException;

    /** Renames a file or a directory atomically, in place of a file that may be there. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file or an empty directory if it is there. */
    void delete(Path path) throws IOException;

    /** Makes what was created, renamed and deleted in the directory durable. */
    void forceDirectory(Path directory) throws IOException;

    /** Opens a file to be locked, which is made if it is not there. */
    FileChannel openLockFile(Path file) throws IOException;

    /** An open file. One thread at a time writes; {@link #force} may be called by another meanwhile. */
    interface Output extends Closeable {
        /** How long the file is. */
        long size() throws IOException;

        /** Writes at the end. If it fails, a part of the bytes may have been written. */
        void write(byte[] bytes, int from, int length) throws IOException;

        /** Cuts the file down to this size. */
        void truncate(long size) throws IOException;

        /** Returns when everything that was written is on the disk. */
        void force() throws IOException;
    }
}
