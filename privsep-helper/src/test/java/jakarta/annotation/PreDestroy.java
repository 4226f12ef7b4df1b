package jakarta.annotation;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/**
 * The annotation, for a test of a helper that knows it by name only.
 */
@Retention(RetentionPolicy.RUNTIME)
public @interface PreDestroy {

}
