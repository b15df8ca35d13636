"""`unittest` prints one block for each failure and error."""
# python: 2.7-
# headers: bare
# keep: ends
import sys
import unittest

from stage import failing, healthy


class Orders(unittest.TestCase):
    def test_total(self):
        self.assertEqual({"tea": 3}, {"tea": 4})

    def test_count(self):
        int("seven")

    def test_fine(self):
        pass


healthy()
with failing(kind="test report", counts=False, undecided=True):
    suite = unittest.TestLoader().loadTestsFromTestCase(Orders)
    unittest.TextTestRunner(sys.stderr).run(suite)
healthy()
