package dev.switchboard.subject.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.security.PrivilegedAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.hooks.weaving.WovenClass;

@DisplayName("C5 Karaf's own role checks, rewritten")
class SubjectWeaverTest {
    private static final String HELPER = "org.apache.karaf.util.jaas.JaasHelper";

    @Test
    @DisplayName("grant the roles of the subject on whose behalf the thread acts, and no others")
    void rolesHold() throws Exception {
        Class<?> helper = new WeavingLoader().loadClass(HELPER);
        Method hasRole = helper.getMethod("currentUserHasRole", String.class);
        Method doAs = helper.getMethod("doAs", Subject.class, PrivilegedAction.class);
        Subject viewer = new Subject(true, Set.of(new RolePrincipal("viewer")), Set.of(), Set.of());

        assertEquals(true, doAs.invoke(null, viewer, asking(hasRole, "viewer")));
        assertEquals(false, doAs.invoke(null, viewer, asking(hasRole, "admin")));
        assertEquals(false, hasRole.invoke(null, "viewer"));
    }

    @Test
    @DisplayName("name the user of the session")
    void userName() throws Exception {
        WeavingLoader loader = new WeavingLoader();
        Method userName =
                loader.loadClass("org.apache.karaf.shell.support.ShellUtil").getMethod("getCurrentUserName");
        assertEquals(null, userName.invoke(null));
        assertTrue(loader.imports.contains("dev.switchboard.subject"));
    }

    @Test
    @DisplayName("leave alone what asks for no subject, and what is not Karaf's")
    void leavesOthersAlone() throws Exception {
        assertFalse(isChanged("org.apache.karaf.shell.support.NameScoping"));
        assertFalse(isChanged("dev.switchboard.subject.SubjectHolder"));
        assertTrue(isChanged(HELPER));
    }

    private static PrivilegedAction<Object> asking(Method hasRole, String role) {
        return () -> {
            try {
                return hasRole.invoke(null, role);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        };
    }

    private static boolean isChanged(String className) throws IOException {
        byte[] before = bytesOf(className);
        return weave(className, before, new ArrayList<>()) != before;
    }

    private static byte[] bytesOf(String className) throws IOException {
        String resource = className.replace('.', '/') + ".class";
        try (InputStream in = SubjectWeaverTest.class.getClassLoader().getResourceAsStream(resource)) {
            return in.readAllBytes();
        }
    }

    /** The bytes after the hook has seen them: the same array if it left them alone. */
    private static byte[] weave(String className, byte[] bytes, List<String> imports) {
        byte[][] result = {bytes};
        WovenClass woven = (WovenClass) Proxy.newProxyInstance(
                SubjectWeaverTest.class.getClassLoader(), new Class<?>[] {WovenClass.class}, (proxy, method, args) -> {
                    switch (method.getName()) {
                        case "getClassName":
                            return className;
                        case "getBytes":
                            return result[0];
                        case "getDynamicImports":
                            return imports;
                        case "setBytes":
                            result[0] = (byte[]) args[0];
                            return null;
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
        new SubjectWeaver().weave(woven);
        return result[0];
    }

    /** Defines Karaf's classes as the hook leaves them. */
    private static final class WeavingLoader extends ClassLoader {
        private final List<String> imports = new ArrayList<>();

        private WeavingLoader() {
            super(SubjectWeaverTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.apache.karaf.util.jaas.")
                    && !name.startsWith("org.apache.karaf.shell.support.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try {
                byte[] bytes = weave(name, bytesOf(name), imports);
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
