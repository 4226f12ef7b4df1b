package io.privsep.benchmarks.application;

import java.util.List;

import io.privsep.PrivsepFunction;
import io.privsep.benchmarks.load.TenFields;

/**
 * Functions whose values are records.
 */
@PrivsepFunction("records")
class RecordFunctions {

	public TenFields echo(TenFields fields) {
		return fields;
	}

	public List<TenFields> echoAll(List<TenFields> fields) {
		return fields;
	}

}
