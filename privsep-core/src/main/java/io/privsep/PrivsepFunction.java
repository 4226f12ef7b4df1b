package io.privsep;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method, or all public methods of a class, as a function that runs in the helper
 * of a context.
 * <p>
 * A bean with functions is a privileged bean: all its public methods are functions of one
 * context. In the application it is a proxy without a target; its constructor and its
 * methods run in the helper only.
 */
@Documented
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
public @interface PrivsepFunction {

	/**
	 * Name of the context, as configured under {@code privsep.contexts.<name>}.
	 * @return the name of the context
	 */
	String value();

	/**
	 * How long a caller waits for the reply, such as {@code "2s"}; {@code "0"} means
	 * without a limit, empty the context's {@code call-timeout}. A function that is late
	 * is cancelled.
	 * @return the timeout, in the notation of Spring Boot's durations
	 */
	String timeout() default "";

	/**
	 * Why the function has to be as broad as it is, for who reviews it. A function of a
	 * context with capabilities whose arguments let the caller choose a file, a command
	 * or options is pointed out at the start, unless it says this.
	 * @return the reason, as a sentence; empty if the function is narrow
	 */
	String broad() default "";

}
