# Written by dlgrad from nested_loops.py, line 9.  Edit that file, not this one.
# arguments: points f8[2-d], charges f8[1-d]
import numpy as np


def energy_loss(points, charges):
    energy = 0.0
    distance_saved_saved = []                                               # line 11
    energy_1_saved_saved = []                                               # line 11
    energy_2_saved_saved = []                                               # line 11
    energy_3_saved_saved = []                                               # line 11
    turn_saved = []                                                         # line 11
    gap_saved_saved = []                                                    # line 11
    step_1 = range(len(points))                                             # line 11
    for i in step_1:
        distance_saved = []                                                 # line 12
        energy_1_saved = []                                                 # line 12
        energy_2_saved = []                                                 # line 12
        energy_3_saved = []                                                 # line 12
        gap_saved = []                                                      # line 12
        for j in range(i):
            gap = points[i] - points[j]
            gap_saved.append(gap)                                           # line 13
            distance = np.sqrt(np.sum(gap * gap))
            distance_saved.append(distance)                                 # line 14
            energy_3 = charges[i]                                           # line 15
            energy_2 = charges[j]                                           # line 15
            energy_1 = energy_3 * energy_2 / distance                       # line 15
            energy = energy + energy_1
            energy_1_saved.append(energy_1)
            energy_2_saved.append(energy_2)
            energy_3_saved.append(energy_3)
        distance_saved_saved.append(distance_saved)
        energy_1_saved_saved.append(energy_1_saved)
        energy_2_saved_saved.append(energy_2_saved)
        energy_3_saved_saved.append(energy_3_saved)
        turn_saved.append(range(i))
        gap_saved_saved.append(gap_saved)

    # line 16: forces, dcharges = dlgradient(energy, points, charges)
    # line 11: for i in range(len(points)):
    denergy = 1.0
    dcharges = np.zeros_like(charges)
    forces = np.zeros_like(points)
    for (distance_saved_1, energy_1_saved_1, energy_2_saved_1, energy_3_saved_1, turn, gap_saved_1,
            i_1) in zip(
            reversed(distance_saved_saved), reversed(energy_1_saved_saved), reversed(energy_2_saved_saved),
            reversed(energy_3_saved_saved), reversed(turn_saved), reversed(gap_saved_saved),
            reversed(step_1), strict=True):
        # line 12: for j in range(i):
        for distance_1, item, item_1, item_2, j_1, gap_1 in zip(
                reversed(distance_saved_1), reversed(energy_1_saved_1), reversed(energy_2_saved_1),
                reversed(energy_3_saved_1), reversed(turn), reversed(gap_saved_1), strict=True):
            # line 15: energy = energy + charges[i] * charges[j] / distance
            denergy_1 = denergy / distance_1
            dcharges[j_1] += denergy_1 * item_2
            dcharges[i_1] += denergy_1 * item_1
            # line 14: distance = np.sqrt(np.sum(gap * gap))
            forces_1 = -0.5 * (denergy * (item / distance_1)) / distance_1 * gap_1
            dgap = 2 * forces_1
            # line 13: gap = points[i] - points[j]
            forces[j_1] += -2 * forces_1
            forces[i_1] += dgap

    return energy, forces, dcharges
