package dev.switchboard.subject.internal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.hooks.weaving.WovenClass;

/**
 * Rewrites the classes of Karaf that ask {@code Subject.getSubject} who is logged in, or set it through an access
 * control context: both are gone from Java 24 on. Classes that do neither are not touched.
 */
final class SubjectWeaver implements WeavingHook {
    private static final String SCOPE = "org.apache.karaf.";
    private static final byte[] TRACE = "javax/security/auth/Subject".getBytes(StandardCharsets.US_ASCII);

    @Override
    public void weave(WovenClass woven) {
        if (woven.getClassName().startsWith(SCOPE)) {
            rewritten(woven.getBytes()).ifPresent(bytes -> {
                woven.setBytes(bytes);
                woven.getDynamicImports().add(SubjectCallRewriter.HOLDER_PACKAGE);
            });
        }
    }

    /** A class of Karaf's as it has to be; empty if it has nothing to do with subjects. */
    static Optional<byte[]> rewritten(byte[] bytes) {
        if (!contains(bytes, TRACE)) {
            return Optional.empty();
        }
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        SubjectCallRewriter rewriter = new SubjectCallRewriter(writer);
        reader.accept(rewriter, 0);
        return rewriter.hasChanged() ? Optional.of(writer.toByteArray()) : Optional.empty();
    }

    private static boolean contains(byte[] bytes, byte[] part) {
        for (int at = 0; at <= bytes.length - part.length; at++) {
            int matched = 0;
            while (matched < part.length && bytes[at + matched] == part[matched]) {
                matched++;
            }
            if (matched == part.length) {
                return true;
            }
        }
        return false;
    }
}
