"""Ways to the same fault: pages, an API, jobs, a queue."""



def page(step, n):
    return render(step, n)


def render(step, n):
    return step(n)


class Api(object):
    def post(self, step, n):
        return self.dispatch(step, n)

    def dispatch(self, step, n):
        return retry(step, n)


def retry(step, n):
    try:
        return step(n)
    finally:
        n += 1


def nightly(step, n):
    for each in (n,):
        step(each)


def queue(step, n):
    return consume([(step, n)])


def consume(messages):
    return [step(n) for step, n in messages]


def admin(step, n):
    return audited(step)(n)


def audited(step):
    def wrapper(*args):
        return step(*args)

    return wrapper




WAYS = [page, Api().post, nightly, queue, admin]
