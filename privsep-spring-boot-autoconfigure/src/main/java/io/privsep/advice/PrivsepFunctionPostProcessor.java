package io.privsep.advice;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.EmptyTargetSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.function.SingletonSupplier;

import io.privsep.channel.Channels;
import io.privsep.functions.FunctionCatalog;
import io.privsep.functions.InvalidFunctionsException;

/**
 * Puts proxies without a target in the place of privileged beans, whose constructors so
 * never run in the application.
 */
public final class PrivsepFunctionPostProcessor
		implements InstantiationAwareBeanPostProcessor, BeanFactoryAware, PriorityOrdered {

	private static final String OWN_BEANS = "privsep";

	private static final String SPRINGS_BEANS = "org.springframework.";

	private final ObjectProvider<FunctionCatalog> catalog;

	private final ObjectProvider<Channels> channels;

	private final ObjectProvider<CallObserver> observers;

	private final String channelsBeanName;

	private final Supplier<Boolean> failFast;

	private @Nullable ConfigurableBeanFactory beanFactory;

	/**
	 * Makes the post-processor.
	 * @param catalog the functions, asked for with the first privileged bean
	 * @param channels the channels, asked for with the first call
	 * @param observers see the calls, the first in their order outermost
	 * @param channelsBeanName name of the bean that outlives all users of functions
	 * @param failFast whether no more beans are made once a helper certainly does not
	 * start, asked for when there are channels
	 */
	public PrivsepFunctionPostProcessor(ObjectProvider<FunctionCatalog> catalog, ObjectProvider<Channels> channels,
			ObjectProvider<CallObserver> observers, String channelsBeanName, Supplier<Boolean> failFast) {
		this.failFast = SingletonSupplier.of(failFast);
		this.catalog = catalog;
		this.channels = channels;
		this.observers = observers;
		this.channelsBeanName = channelsBeanName;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (beanFactory instanceof ConfigurableBeanFactory configurable) ? configurable : null;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable Object postProcessBeforeInstantiation(Class<?> beanClass, String beanName) {
		if (!FunctionCatalog.isPrivileged(beanClass)) {
			return null;
		}
		Supplier<CallObserver> observer = SingletonSupplier
			.of(() -> CallObserver.of(this.observers.orderedStream().toList()));
		ProxyFactory factory = new PrivilegedProxyFactory();
		factory.setTargetSource(EmptyTargetSource.forClass(beanClass, true));
		factory.setProxyTargetClass(true);
		factory.addInterface(PrivilegedProxy.class);
		factory.addAdvice(new PrivsepFunctionInterceptor(beanClass, this.catalog.getObject().table(beanClass),
				SingletonSupplier.of(this.channels::getObject), observer));
		return factory.getProxy(beanClass.getClassLoader());
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.beanFactory != null && !beanName.startsWith(OWN_BEANS)) {
			if (this.beanFactory.getSingleton(this.channelsBeanName) instanceof Channels started) {
				// it ends before the channels, as it was made after them
				if (this.failFast.get()) {
					started.requireHope();
				}
			}
			else if (!beanName.startsWith(SPRINGS_BEANS)) {
				// whoever calls functions may do so until its own end
				this.beanFactory.registerDependentBean(this.channelsBeanName, beanName);
			}
		}
		if (!(bean instanceof PrivilegedProxy) && !(bean instanceof ScopedObject)
				&& FunctionCatalog.isPrivileged(FunctionCatalog.userClass(AopUtils.getTargetClass(bean)))) {
			throw new InvalidFunctionsException(List.of("Bean '" + beanName + "' is a '"
					+ AopUtils.getTargetClass(bean).getName()
					+ "', whose functions would run in the application; let its @Bean method declare that class as what it"
					+ " returns"));
		}
		return bean;
	}

}
