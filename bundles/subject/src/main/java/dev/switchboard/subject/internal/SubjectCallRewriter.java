package dev.switchboard.subject.internal;

import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Sends {@code Subject.getSubject(context)} to {@code SubjectHolder.current()}, and gives the two {@code doAs} methods
 * of Karaf's {@code JaasHelper} the bodies of {@code SubjectHolder}'s. Every bundle has its own copy of that class.
 */
final class SubjectCallRewriter extends ClassVisitor {
    static final String HOLDER_PACKAGE = "dev.switchboard.subject";

    private static final String HOLDER = "dev/switchboard/subject/SubjectHolder";
    private static final String SUBJECT = "javax/security/auth/Subject";
    private static final String HELPER = "org/apache/karaf/util/jaas/JaasHelper";
    private static final String GET_SUBJECT = "(Ljava/security/AccessControlContext;)L" + SUBJECT + ";";

    private boolean inHelper;
    private boolean changed;

    SubjectCallRewriter(ClassVisitor next) {
        super(Opcodes.ASM9, next);
    }

    boolean hasChanged() {
        return changed;
    }

    @Override
    public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
        inHelper = name.equals(HELPER);
        super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, String signature, String[] exceptions) {
        MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
        if (inHelper && name.equals("doAs")) {
            changed = true;
            delegate(method, descriptor);
            return null;
        }
        return new CallRewriter(method);
    }

    private static void delegate(MethodVisitor method, String descriptor) {
        method.visitCode();
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitVarInsn(Opcodes.ALOAD, 1);
        method.visitMethodInsn(Opcodes.INVOKESTATIC, HOLDER, "doAs", descriptor, false);
        method.visitInsn(Opcodes.ARETURN);
        method.visitMaxs(0, 0); // computed
        method.visitEnd();
    }

    private final class CallRewriter extends MethodVisitor {
        private CallRewriter(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (owner.equals(SUBJECT) && name.equals("getSubject") && descriptor.equals(GET_SUBJECT)) {
                changed = true;
                super.visitInsn(Opcodes.POP); // the access control context
                super.visitMethodInsn(Opcodes.INVOKESTATIC, HOLDER, "current", "()L" + SUBJECT + ";", false);
            } else {
                super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
            }
        }
    }
}
