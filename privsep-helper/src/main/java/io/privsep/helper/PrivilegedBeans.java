package io.privsep.helper;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedBean;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.check.RefusalException;
import io.privsep.helper.validation.Validation;
import io.privsep.value.UnacceptableValueException;
import io.privsep.value.ValueCodec;
import io.privsep.value.ValueReader;
import io.privsep.wire.FrameBody;

/**
 * The privileged beans of this helper's context: one of each class, made by its one
 * constructor from the others and the context's settings.
 */
public final class PrivilegedBeans {

	private final FunctionTable table;

	private final @Nullable Object settings;

	private final @Nullable Validation validation;

	/** In the order in which they were made. */
	private final Map<Class<?>, Object> instances = new LinkedHashMap<>();

	private final Set<Class<?>> begun = new HashSet<>();

	private PrivilegedBeans(FunctionTable table, @Nullable Object settings, @Nullable Validation validation) {
		this.table = table;
		this.settings = settings;
		this.validation = validation;
	}

	/**
	 * Makes the beans.
	 * @param definition names their classes, and has their settings
	 * @param classLoader loads the classes
	 * @return the beans
	 * @throws RefusalException if the definition does not fit the classes
	 * @throws ReflectiveOperationException if a class or constructor cannot be used, or,
	 * as an {@link InvocationTargetException}, throws
	 */
	public static PrivilegedBeans of(HelperDefinition definition, ClassLoader classLoader)
			throws RefusalException, ReflectiveOperationException {
		List<Class<?>> types = new ArrayList<>();
		for (String name : definition.code().beans()) {
			types.add(Class.forName(name, false, classLoader));
		}
		FunctionTable table = table(definition.context(), types);
		Validation validation = table.isConstrained() ? Validation.of(table, classLoader) : null;
		Object settings = settings(definition, table.settings());
		if (validation != null && settings != null && table.hasConstrainedSettings()) {
			validation.requireValid(definition.context(), settings);
		}
		PrivilegedBeans beans = new PrivilegedBeans(table, settings, validation);
		for (PrivilegedBean bean : table.beans()) {
			beans.get(bean);
		}
		for (PrivilegedFunction function : table.functions()) {
			if (validation != null && function.isConstrained()) {
				validation.tryOut(beans.get(function.beanType()), function);
			}
		}
		return beans;
	}

	private static FunctionTable table(String context, List<Class<?>> types) throws RefusalException {
		try {
			return FunctionTable.of(context, types);
		}
		catch (IllegalArgumentException ex) {
			throw new RefusalException(ex.getMessage() + "; refusing to serve");
		}
	}

	private static @Nullable Object settings(HelperDefinition definition, @Nullable ValueCodec codec)
			throws RefusalException {
		if (codec == null) {
			return null;
		}
		ByteBuffer bytes = definition.code().settings();
		if (bytes == null) {
			throw new RefusalException("Context '" + definition.context() + "': no settings for '" + codec.typeName()
					+ "'; refusing to serve");
		}
		try {
			// who made the definition has bounded it, and each element takes a byte of it
			return ValueReader.read(codec, new FrameBody(bytes.duplicate()), HelperDefinition.MAX_LENGTH);
		}
		catch (UnacceptableValueException ex) {
			throw new RefusalException(
					"Context '" + definition.context() + "': the settings: " + ex.getMessage() + "; refusing to serve");
		}
	}

	/**
	 * What checks constraints.
	 * @return the validation; {@code null} if neither functions nor the settings have
	 * some
	 */
	public @Nullable Validation validation() {
		return this.validation;
	}

	FunctionTable table() {
		return this.table;
	}

	Object get(Class<?> type) {
		return Objects.requireNonNull(this.instances.get(type));
	}

	private Object get(PrivilegedBean bean) throws RefusalException, ReflectiveOperationException {
		Object instance = this.instances.get(bean.type());
		if (instance == null) {
			if (!this.begun.add(bean.type())) {
				throw new RefusalException("Context '" + this.table.context() + "': the constructor of '"
						+ bean.type().getName() + "' needs itself; refusing to serve");
			}
			instance = create(Objects.requireNonNull(bean.constructor()));
			run(PrivilegedBean.POST_CONSTRUCT, bean, instance);
			this.instances.put(bean.type(), instance);
		}
		return instance;
	}

	private Object create(Constructor<?> constructor) throws RefusalException, ReflectiveOperationException {
		Class<?>[] types = constructor.getParameterTypes();
		@Nullable Object[] arguments = new @Nullable Object[types.length];
		for (int i = 0; i < types.length; i++) {
			arguments[i] = types[i].isRecord() ? this.settings : get(bean(types[i]));
		}
		constructor.setAccessible(true);
		return constructor.newInstance(arguments);
	}

	PrivilegedBean bean(Class<?> type) {
		for (PrivilegedBean bean : this.table.beans()) {
			if (bean.type() == type) {
				return bean;
			}
		}
		throw new IllegalStateException("The table has been checked for '" + type.getName() + "'");
	}

	/**
	 * The beans that are made.
	 * @return their classes, in the order in which they were made
	 */
	List<Class<?>> made() {
		return List.copyOf(this.instances.keySet());
	}

	static void run(String annotation, PrivilegedBean bean, Object instance)
			throws InvocationTargetException, IllegalAccessException {
		for (Method method : bean.callbacks(annotation)) {
			method.setAccessible(true);
			method.invoke(instance);
		}
	}

}
