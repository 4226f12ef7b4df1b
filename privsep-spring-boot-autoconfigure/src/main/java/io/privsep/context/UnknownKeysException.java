package io.privsep.context;

import java.util.Set;

import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.ResolvableType;

/**
 * Keys that nothing is bound to, and what was to be bound.
 */
final class UnknownKeysException extends UnboundConfigurationPropertiesException {

	private static final long serialVersionUID = 1L;

	private final transient ConfigurationPropertyName root;

	private final transient ResolvableType type;

	UnknownKeysException(Set<ConfigurationProperty> unknown, ConfigurationPropertyName root, ResolvableType type) {
		super(unknown);
		this.root = root;
		this.type = type;
	}

	ConfigurationPropertyName root() {
		return this.root;
	}

	ResolvableType type() {
		return this.type;
	}

}
