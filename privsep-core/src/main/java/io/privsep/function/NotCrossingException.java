package io.privsep.function;

import java.lang.reflect.Type;

/**
 * A type may not cross between the application and a helper.
 */
final class NotCrossingException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String typeName;

	private final String instead;

	private final String place;

	NotCrossingException(Type type, String instead) {
		this(type.getTypeName(), instead, "");
	}

	private NotCrossingException(String typeName, String instead, String place) {
		super("'" + typeName + "'" + place + " may not cross; use " + instead);
		this.typeName = typeName;
		this.instead = instead;
		this.place = place;
	}

	NotCrossingException in(String place) {
		return (this.place.isEmpty()) ? new NotCrossingException(this.typeName, this.instead, " (in " + place + ")")
				: this;
	}

}
