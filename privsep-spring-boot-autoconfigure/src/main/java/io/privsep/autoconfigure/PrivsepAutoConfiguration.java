package io.privsep.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.springframework.beans.factory.BeanFactoryInitializer;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.validation.Validator;

import io.privsep.advice.CallObserver;
import io.privsep.advice.PrivsepFunctionPostProcessor;
import io.privsep.channel.Channels;
import io.privsep.channel.TraceSource;
import io.privsep.context.ContextPropertiesCheck;
import io.privsep.context.ContextResolver;
import io.privsep.context.PrivsepProperties;
import io.privsep.context.SettingsBinder;
import io.privsep.context.TrainingRun;
import io.privsep.functions.FunctionCatalog;
import io.privsep.principal.PrincipalSource;

/**
 * Auto-configuration for functions that run in helpers.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "privsep.enabled", matchIfMissing = true)
@EnableConfigurationProperties(PrivsepProperties.class)
public final class PrivsepAutoConfiguration {

	private static final String CHANNELS = "privsepChannels";

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static BeanFactoryPostProcessor privsepContextPropertiesCheck(Environment environment) {
		return (beanFactory) -> ContextPropertiesCheck.check(Binder.get(environment));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static PrivsepFunctionPostProcessor privsepFunctionPostProcessor(ObjectProvider<FunctionCatalog> catalog,
			ObjectProvider<Channels> channels, ObjectProvider<CallObserver> observers,
			ObjectProvider<PrivsepProperties> properties) {
		return new PrivsepFunctionPostProcessor(catalog, channels, observers, CHANNELS,
				() -> properties.getObject().failFast());
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static FunctionCatalog privsepFunctionCatalog(ConfigurableListableBeanFactory beanFactory,
			PrivsepProperties properties) {
		Map<String, List<String>> contexts = new LinkedHashMap<>();
		properties.contexts().forEach((name, context) -> contexts.put(name, context.packages()));
		return FunctionCatalog.of(beanFactory, contexts);
	}

	@Bean(name = CHANNELS, destroyMethod = "close")
	Channels privsepChannels(PrivsepProperties properties, FunctionCatalog catalog, Environment environment,
			ObjectProvider<Validator> validators, ObjectProvider<TraceSource> traces,
			ObjectProvider<PrincipalSource> principals) {
		if (TrainingRun.isOne()) {
			return Channels.ofTrainingRun();
		}
		ClassLoader classLoader = Objects.requireNonNull(ClassUtils.getDefaultClassLoader());
		SettingsBinder binder = new SettingsBinder(environment, validators.stream().limit(1).toList());
		// what traces is made later, and is not needed before there are calls
		Supplier<TraceSource> source = SingletonSupplier.of(() -> traces.getIfAvailable(() -> TraceSource.NONE));
		Supplier<PrincipalSource> who = SingletonSupplier
			.of(() -> principals.getIfAvailable(() -> PrincipalSource.NONE));
		return Channels.start(ContextResolver
			.of(properties, environment.getProperty("spring.application.name"), binder, classLoader,
					ContextResolver.ownRights())
			.resolve(catalog.tables()), () -> source.get().current(), () -> who.get().current());
	}

	@Bean
	PrivsepLifecycle privsepLifecycle(Channels channels, PrivsepProperties properties,
			ObjectProvider<WebServerFiles> webServerFiles, ConfigurableApplicationContext context) {
		return new PrivsepLifecycle(channels, properties, webServerFiles, context, ContextResolver.ownRights());
	}

	/**
	 * Lets helpers start before all beans that are not needed to make the others.
	 * @param channels the channels, which start them
	 * @return what asks for the channels first
	 */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static BeanFactoryInitializer<ListableBeanFactory> privsepHelpersFirst(ObjectProvider<Channels> channels) {
		return (beanFactory) -> channels.getObject();
	}

}
