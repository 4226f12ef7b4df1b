package io.privsep.function;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepFunction;
import io.privsep.value.TransferableTypes;
import io.privsep.value.UnsupportedTypeException;
import io.privsep.value.ValueCodec;

/**
 * All functions of one context, numbered in an order that both sides come to by
 * themselves.
 * <p>
 * It is complete before the first byte is read, and never changes: what is not in it
 * cannot be called.
 */
public final class FunctionTable {

	private static final long FNV_OFFSET = 0xcbf29ce484222325L;

	private static final long FNV_PRIME = 0x100000001b3L;

	private final String context;

	private final List<PrivilegedBean> beans;

	private final List<PrivilegedFunction> functions;

	private final @Nullable ValueCodec settings;

	private final byte[] digest;

	private FunctionTable(String context, List<PrivilegedBean> beans) {
		this.context = context;
		this.beans = beans;
		TransferableTypes types = new TransferableTypes();
		List<PrivilegedFunction> functions = new ArrayList<>();
		for (PrivilegedBean bean : beans) {
			for (Method method : bean.functions()) {
				functions.add(function(functions.size(), bean, method, types));
			}
		}
		this.functions = List.copyOf(functions);
		this.settings = settings(types);
		this.digest = digest(types.structure());
	}

	/**
	 * Builds the table of a context.
	 * @param context name of the context
	 * @param types the privileged beans of the context, in any order
	 * @return the table
	 * @throws IllegalArgumentException if one does not fit
	 */
	public static FunctionTable of(String context, Collection<Class<?>> types) {
		List<PrivilegedBean> beans = new ArrayList<>();
		for (Class<?> type : types) {
			beans.add(PrivilegedBean.of(type));
		}
		return ofBeans(context, beans);
	}

	/**
	 * Builds the table of a context.
	 * @param context name of the context
	 * @param beans the privileged beans of the context, in any order
	 * @return the table
	 * @throws IllegalArgumentException if one does not fit
	 */
	public static FunctionTable ofBeans(String context, Collection<PrivilegedBean> beans) {
		Map<String, PrivilegedBean> sorted = new TreeMap<>();
		for (PrivilegedBean bean : beans) {
			sorted.put(bean.type().getName(), bean);
		}
		return new FunctionTable(context, List.copyOf(sorted.values()));
	}

	private PrivilegedFunction function(int number, PrivilegedBean bean, Method method, TransferableTypes types) {
		PrivsepFunction annotation = bean.annotation(method);
		if (annotation == null || !annotation.value().equals(this.context)) {
			throw unfit(PrivilegedFunction.name(bean.type(), method), "it is no function of this context");
		}
		try {
			return PrivilegedFunction.of(number, bean.type(), method, annotation, types);
		}
		catch (UnsupportedTypeException ex) {
			throw unfit(PrivilegedFunction.name(bean.type(), method), ex.getMessage());
		}
	}

	private @Nullable ValueCodec settings(TransferableTypes types) {
		Class<?> settings = null;
		for (PrivilegedBean bean : this.beans) {
			String name = bean.type().getName();
			if (bean.constructor() == null) {
				throw unfit(name, "it has not one constructor");
			}
			for (Class<?> parameter : bean.constructor().getParameterTypes()) {
				if (parameter.isRecord() && (settings == null || settings == parameter)) {
					settings = parameter;
				}
				else if (!isBean(parameter)) {
					throw unfit(name, "its constructor needs '" + parameter.getName() + "'");
				}
			}
		}
		try {
			return (settings != null) ? types.codec(settings) : null;
		}
		catch (UnsupportedTypeException ex) {
			throw unfit("the settings", ex.getMessage());
		}
	}

	private boolean isBean(Class<?> type) {
		for (PrivilegedBean bean : this.beans) {
			if (bean.type() == type) {
				return true;
			}
		}
		return false;
	}

	private IllegalArgumentException unfit(String what, @Nullable String why) {
		return new IllegalArgumentException("Context '" + this.context + "': '" + what + "' does not fit: " + why);
	}

	private byte[] digest(String structure) {
		StringBuilder description = new StringBuilder(this.context).append('\n');
		for (PrivilegedFunction function : this.functions) {
			description.append(function.beanType().getName())
				.append('#')
				.append(function.method().getName())
				.append('(');
			for (ValueCodec parameter : function.parameters()) {
				description.append(parameter.typeName()).append(',');
			}
			description.append(')')
				.append(function.result().typeName())
				.append(function.isAsynchronous() ? " later" : "");
			for (DetailedException detailed : function.detailedExceptions()) {
				description.append(" throws ")
					.append(detailed.type().getName())
					.append(' ')
					.append(detailed.codec().typeName());
			}
			description.append('\n');
		}
		if (this.settings != null) {
			description.append("settings ").append(this.settings.typeName()).append('\n');
		}
		description.append(structure);
		// FNV-1a: it tells one build from another, and nobody has to be kept from finding
		// a second text for it. SHA-256 would load 50 classes more at a helper's start.
		long hash = FNV_OFFSET;
		for (byte each : description.toString().getBytes(StandardCharsets.UTF_8)) {
			hash = (hash ^ (each & 0xff)) * FNV_PRIME;
		}
		return ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
	}

	/**
	 * Name of the context.
	 * @return the name
	 */
	public String context() {
		return this.context;
	}

	/**
	 * The privileged beans, ordered by the names of their classes.
	 * @return the beans
	 */
	public List<PrivilegedBean> beans() {
		return this.beans;
	}

	/**
	 * The functions; each stands at its number.
	 * @return the functions
	 */
	public List<PrivilegedFunction> functions() {
		return this.functions;
	}

	/**
	 * The function that a method is.
	 * @param beanType class of the privileged bean, which may inherit the method
	 * @param method a method
	 * @return the function, or {@code null} if the method is none
	 */
	public @Nullable PrivilegedFunction function(Class<?> beanType, Method method) {
		for (PrivilegedFunction function : this.functions) {
			// several beans may inherit a method
			if (function.beanType() == beanType && function.method().equals(method)) {
				return function;
			}
		}
		return null;
	}

	/**
	 * The record that the context's settings are bound to.
	 * @return the class, or {@code null} if no bean asks for settings
	 */
	public @Nullable Class<?> settingsType() {
		return (this.settings != null) ? this.settings.type() : null;
	}

	/**
	 * The codec of the context's settings.
	 * @return the codec, or {@code null} if no bean asks for settings
	 */
	public @Nullable ValueCodec settings() {
		return this.settings;
	}

	/**
	 * Whether parameters of functions, or the settings, have constraints of Jakarta
	 * Validation.
	 * @return whether there is something to check
	 */
	public boolean isConstrained() {
		for (PrivilegedFunction function : this.functions) {
			if (function.isConstrained()) {
				return true;
			}
		}
		return hasConstrainedSettings();
	}

	/**
	 * Whether the settings have constraints of Jakarta Validation.
	 * @return whether there is something to check
	 */
	public boolean hasConstrainedSettings() {
		return this.settings != null && PrivilegedFunction.mayBeConstrained(this.settings.type())
				&& Constraints.areIn(this.settings.type());
	}

	/**
	 * A hash of the signatures of all functions, with the structure of all types in them:
	 * it tells whether both sides have the same table.
	 * @return 8 bytes
	 */
	public byte[] digest() {
		return this.digest.clone();
	}

}
