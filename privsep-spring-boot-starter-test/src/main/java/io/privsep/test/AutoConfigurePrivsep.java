package io.privsep.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;

import io.privsep.context.PrivsepProperties.Mode;

/**
 * Lets the functions of an application run in its tests, whatever rights these have:
 * beside {@code @SpringBootTest}, or a slice such as {@code @WebMvcTest}.
 * <p>
 * Users and capabilities that are configured for the contexts need not exist, and root is
 * not dropped. Contexts without a bean are left out, and those that are not configured,
 * as where a test has its own {@code application.properties}, have no rights. The beans
 * {@link PrivsepCalls} and {@link PrivsepFaults} can be injected. In a slice, privileged
 * beans are not found by its component scan, so import them with {@code @Import}.
 * <p>
 * Where JUnit runs tests in parallel, those with this annotation run one after the other:
 * they may share an application context, and so its calls and faults.
 * <p>
 * For all tests at once, set {@code privsep.test.mode=in-process} in the file
 * {@code spring.properties} on their class path, or as a system property.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ImportAutoConfiguration
@PropertyMapping("privsep")
@ResourceLock("io.privsep.test")
public @interface AutoConfigurePrivsep {

	/**
	 * How functions run. It takes precedence over {@code privsep.mode}, wherever that is
	 * set.
	 * @return {@link Mode#IN_PROCESS} for the JVM of the test, where arguments and
	 * results still pass through the codec; {@link Mode#UNPRIVILEGED} for real helpers
	 * with the rights of the test; {@link Mode#PROCESS} needs all that the application
	 * needs
	 */
	Mode mode() default Mode.IN_PROCESS;

}
