package dev.switchboard.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A region of a file. The file is opened for each read: content of this kind is rare and large, and an open channel
 * would have to be closed by somebody.
 */
final class FileContent implements Content {
    private final Path file;
    private final long start;
    private final long end;

    FileContent(Path file, long start, long end) {
        if (start < 0 || end < start) {
            throw new IndexOutOfBoundsException("region " + start + ".." + end);
        }
        this.file = file;
        this.start = start;
        this.end = end;
    }

    @Override
    public long size() {
        return end - start;
    }

    @Override
    public int read(long position, ByteBuffer target) {
        if (position < 0) {
            throw new IndexOutOfBoundsException("position " + position + " is negative");
        }
        int wanted = (int) Math.min(target.remaining(), Math.max(0, size() - position));
        if (wanted == 0) {
            return 0;
        }
        int limit = target.limit();
        target.limit(target.position() + wanted);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int count = channel.read(target, start + position);
            if (count <= 0) {
                throw new IOException("the file ends before the region does");
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + wanted + " bytes at " + (start + position), e);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public String toString() {
        return "Content[" + size() + " bytes of a file]";
    }
}
