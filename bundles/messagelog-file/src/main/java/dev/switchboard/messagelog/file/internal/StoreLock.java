package dev.switchboard.messagelog.file.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/**
 * Keeps a second log from the same directory, in this JVM and in others. The file stays when the lock is
 * released: deleting it would let two holders lock two different files of one name.
 */
final class StoreLock implements Closeable {
    private final FileChannel channel;

    private StoreLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws IOException if it is held already, or cannot be taken
     */
    static StoreLock take(Path file, FileLayer files) throws IOException {
        FileChannel channel = files.openLockFile(file);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new StoreLock(channel);
            }
            throw new IOException("another server holds " + file);
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("this server holds " + file + " already", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
