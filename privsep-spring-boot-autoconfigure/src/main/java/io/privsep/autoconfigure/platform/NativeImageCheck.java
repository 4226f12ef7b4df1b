package io.privsep.autoconfigure.platform;

import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Refuses to start in a native image, in each mode and before there are any beans. With
 * {@code privsep.enabled=false}, nothing is refused.
 */
final class NativeImageCheck implements ApplicationListener<ApplicationPreparedEvent>, Ordered {

	/**
	 * Spring's {@code NativeDetector} looks at it, too; it would remember it in tests.
	 */
	static final String IMAGE_CODE = "org.graalvm.nativeimage.imagecode";

	@Override
	public void onApplicationEvent(ApplicationPreparedEvent event) {
		if (System.getProperty(IMAGE_CODE) != null
				&& event.getApplicationContext().getEnvironment().getProperty("privsep.enabled", Boolean.class, true)) {
			throw new NativeImageException();
		}
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
