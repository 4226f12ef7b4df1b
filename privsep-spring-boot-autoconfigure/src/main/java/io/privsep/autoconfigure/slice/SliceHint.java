package io.privsep.autoconfigure.slice;

import java.util.Arrays;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;

import io.privsep.context.TestRun;
import io.privsep.functions.FunctionCatalog;

/**
 * Says of a test whose slice of the application has functions, and nothing of privsep,
 * that they are ordinary methods there.
 */
final class SliceHint implements ApplicationListener<ApplicationStartedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(SliceHint.class);

	@Override
	public void onApplicationEvent(ApplicationStartedEvent event) {
		ConfigurableListableBeanFactory beanFactory = event.getApplicationContext().getBeanFactory();
		if (TestRun.isCurrent()
				&& event.getApplicationContext().getEnvironment().getProperty("privsep.enabled", Boolean.class, true)
				&& beanFactory.getBeanNamesForType(FunctionCatalog.class, true, false).length == 0) {
			// a mock runs nothing
			List<String> beans = Arrays.stream(beanFactory.getSingletonNames())
				.map(beanFactory::getSingleton)
				.filter((bean) -> bean != null
						&& FunctionCatalog.isPrivileged(FunctionCatalog.userClass(bean.getClass())) && !isMock(bean))
				.map((bean) -> FunctionCatalog.userClass(bean.getClass()))
				.map(Class::getSimpleName)
				.distinct()
				.sorted()
				.toList();
			if (!beans.isEmpty()) {
				logger.info("The functions of {} are ordinary methods in this test, without helpers, recorded calls and"
						+ " faults; to have these, add @AutoConfigurePrivsep to its class", beans);
			}
		}
	}

	// A mock may have the very class.
	private static boolean isMock(Object bean) {
		try {
			Object details = Class.forName("org.mockito.Mockito", true, bean.getClass().getClassLoader())
				.getMethod("mockingDetails", Object.class)
				.invoke(null, bean);
			return Boolean.TRUE
				.equals(Class.forName("org.mockito.MockingDetails", true, bean.getClass().getClassLoader())
					.getMethod("isMock")
					.invoke(details));
		}
		catch (ReflectiveOperationException | LinkageError ex) {
			// there is no Mockito
			return false;
		}
	}

}
