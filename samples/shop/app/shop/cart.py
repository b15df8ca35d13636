"""What a cart costs."""

PRICES = {"tea": 3, "mug": 9, "pot": 24}
COUPONS = {"SPRING": 2}


def total(order):
    price = sum(PRICES[item] for item in order["items"])
    return apply_discount(price, order)


def apply_discount(price, order):
    # carts without a coupon do not have the key: the bug of this shop
    return price - COUPONS.get(order["coupon"], 0)
