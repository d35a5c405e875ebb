package dev.concordat.contract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** jq as contracts use it: compiled once, without a view of the machine's environment. */
final class Jq {
    /** jq's own functions. */
    static final Scope SCOPE = scope();

    private Jq() {
    }

    private static Scope scope() {
        var scope = Scope.newEmptyScope();
        BuiltinFunctionLoader.getInstance().loadFunctions(Versions.JQ_1_6, scope);
        scope.setValue("ENV", JsonNodeFactory.instance.objectNode());
        return scope;
    }

    static JsonQuery compile(String expression) throws JsonQueryException {
        return JsonQuery.compile(expression, Versions.JQ_1_6);
    }
}
