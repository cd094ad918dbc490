import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { InternalError } from '@caas/runtime';
import { type OriginPolicy } from '../http/origin-policy.js';
import { type AccessAudit } from '../observability/access-audit.js';
import { type HttpMetrics } from '../observability/http-metrics.js';
import { admissionSteps, type AdmissionPorts } from '../pipeline/admission.js';
import { runSteps, type Step } from '../pipeline/run-steps.js';
import { type RouteDefinition } from '../routes/define-route.js';
import { compileRouteValidators } from '../validation/route-validators.js';
import { serializerSchema } from '../validation/serializer-schema.js';
import { type Deadlines } from './deadlines.js';
import { handleRoute } from './handle-route.js';
import { RunOnce, type RunOnceOptions } from './run-once.js';

export interface RegistrationOptions {
  readonly ports: AdmissionPorts;
  readonly rateLimitEnabled: boolean;
  readonly bypasses: ((ip: string) => boolean) | undefined;
  readonly origins: OriginPolicy;
  readonly runOnce: RunOnceOptions;
  readonly metrics: HttpMetrics;
  readonly audit?: AccessAudit | undefined;
  readonly deadlines: Deadlines;
}

/** Registers defined routes: admission before the body is read, compiled validation and serialization around the handler. */
export function registerRoutes(app: FastifyInstance, routes: readonly RouteDefinition[], options: RegistrationOptions): void {
  const places = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  for (const route of routes) {
    // PUT on the path of a partial update means the same, unless it has a route of its own.
    const method = route.method === 'PATCH' && !places.has(`PUT ${route.path}`) ? ['PATCH', 'PUT'] : route.method;
    registerRoute(app, { route, method }, options);
  }
}

function registerRoute(
  app: FastifyInstance,
  { route, method }: { route: RouteDefinition; method: string | string[] },
  options: RegistrationOptions,
): void {
  const steps = admissionSteps(route, { ...options.ports, ...options });
  const validators = compileRouteValidators(route);
  const { params, query, headers, body, responses } = route.schemas;
  app.route({
    method,
    url: route.path,
    schema: {
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(headers && { headers }),
      ...(body && { body }),
      response: Object.fromEntries(Object.entries(responses).map(([status, schema]) => [status, serializerSchema(schema)])),
    },
    validatorCompiler: ({ httpPart }) => {
      const validator = validators[httpPart as keyof typeof validators];
      if (validator === undefined) throw new InternalError(`${route.operationId} has no validator for ${httpPart ?? 'this part'}.`);
      return validator;
    },
    config: {
      labels: options.metrics.labelsOf(route.method, route.path),
      ...(route.deprecated === undefined ? {} : { deprecated: route.deprecated }),
      ...(route.timeoutMs === undefined ? {} : { deadlines: options.deadlines.queueOf(route.timeoutMs) }),
    },
    onRequest: admit(steps),
    handler: handleRoute(route, runOnceOf(route, options.runOnce)),
  });
}

/** Every POST may be repeated safely; the other methods are repeatable by what they are. */
function runOnceOf(route: RouteDefinition, options: RunOnceOptions): RunOnce | undefined {
  if (route.method !== 'POST') return undefined;
  return new RunOnce(route, route.timeoutMs === undefined ? options : { ...options, timeoutMs: route.timeoutMs });
}

function admit(steps: readonly Step[]) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    if (request.exchange === null) return done(new InternalError('A request is admitted without its exchange.'));
    runSteps(steps, request.exchange, done);
  };
}
