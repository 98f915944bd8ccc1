"""
Who may be the same: names, numbers and addresses compared, without a database.

`records` cleans what is compared, `blocking` finds whom to compare, `comparing` says how far two agree, `weighing`
turns that into a probability (Fellegi and Sunter 1969, its parameters by EM over prior counts).
"""
